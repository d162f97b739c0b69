"""Events, rules and the life of an alert."""
