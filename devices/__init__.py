"""The laboratory's devices: plates and mats on a wire, from bytes to recordings."""
