"""Events in by MQTT 5, beside HTTP and into the same intake."""
