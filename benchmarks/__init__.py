"""How fast each room is, side by side with what one would use instead."""
