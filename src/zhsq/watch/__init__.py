"""Watch cameras: decode, learn what is normal, score as frames come, raise events."""
