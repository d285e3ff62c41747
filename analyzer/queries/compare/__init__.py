"""Two sides compared: two periods, or two systems, stacks or sysplexes."""
