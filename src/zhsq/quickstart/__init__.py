"""The main job in one go: benchmark, track, gate, export, deploy, serve, one match, one alert."""
