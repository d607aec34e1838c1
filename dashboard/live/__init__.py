"""What a device measures now: from its port to a picture in the browser, frame by frame."""
