"""What we believe (evidence), what we choose and what we cannot (parameters), and how both are read (scenario)."""
