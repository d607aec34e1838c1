"""Force plates: from channels to force, moment and center of pressure, and which foot stands where."""
