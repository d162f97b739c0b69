"""Reports over the store: how alerts were handled, how long devices were up; as data, as pages, as tables."""
