"""What is known of references: maps, their making, live passes."""
