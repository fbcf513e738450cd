"""Who exists, who follows whom, and the luck of each of them."""
