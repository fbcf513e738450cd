"""What people look at: charts in one house style."""
