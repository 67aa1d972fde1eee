"""What a run checks, counts, keeps and says of itself."""
