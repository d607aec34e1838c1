"""The C3D container: numbers, parameters, points, analog channels and events, read and written."""
