"""The commands beyond the night itself, one module for each concern; each imports what is heavy inside."""
