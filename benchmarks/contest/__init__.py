"""The contest behind `benchmarks/access.py`: inputs, contestants, what the machine can do at best.

- `terrain`, `network`: the inputs, drawn from a seed and kept as .npy files in a folder;
- `our_rasters`, `our_networks`: this package's kernels;
- `rasters`, `grass`, `graphs`: their peers;
- `worker`: runs one contestant in a process of its own, one thread, and writes what it took;
- `machine`: what a plain pass over the same memory takes, to tell how far from the bound we are;
- `rows`: who meets whom, and by how much we must win.
"""
