"""Opening models and feeding them."""
