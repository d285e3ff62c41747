"""The wizard's steps as data, in the order of the Network Configuration Assistant."""
