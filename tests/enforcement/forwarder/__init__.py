"""The parts of the forwarder, which stands in contrib/ and is no package."""
