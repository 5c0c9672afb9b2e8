"""A customizable contraction hierarchy with lanes: one network, ten thousand weightings.

The network is put in order once (`skeleton`): minimum degree ranks the nodes, and arcs are
filled in so that every way can be walked first up the ranks and then down. That order depends
on who is joined to whom, never on weights; closing a road, a slower season or a better bridge
only changes the numbers that are swept over it (Dibbelt, Strasser and Wagner, Customizable
contraction hierarchies, ACM J. Exp. Algorithmics 21, 2016, doi 10.1145/2886843).

- `times`: least times and distances, (min, +), 16 goals or programmes a sweep;
- `words`: who reaches whom, (or, and), 64 scenarios a word;
- `waits`: least worst wait and best worst passability, (min, max), 32 scenarios a row.

Rows of lanes are in `rows`, the kernels in `lanes` and `trials`. A lane is one scenario, goal or
programme; lanes lie side by side in memory and are computed together. All numbers are whole, so
results are the same on every machine and for any number of threads.
"""
