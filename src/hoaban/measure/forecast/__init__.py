"""A forecast of cut-off days: years of storms that never were, on the network that is.

Rain closes neighbouring roads together. A year has some storms, each with a time, a place and a
strength; a road near one closes the likelier the longer, steeper, softer and less drained it is,
and is cleared after some hours. Ten thousand such years are drawn (Monte Carlo), and every moment
of each is judged on the network less what is shut, so that closures which overlap count once
and a closure with a way round it counts nothing.

- `prior`: what is assumed, from the province's ``closures.*`` parameters;
- `roads`: how weak each road is, and where;
- `fit`: what the recorded closures make of the assumptions (conjugate Bayes);
- `storms`: the draws, keyed by road, year and storm;
- `spells`: how long each place is cut off by each mode, and which roads that hangs on;
- `critical`: what never losing a road would save, exactly, on the same draws;
- `outlook`: all of it from a snapshot's tables.

Times within a year are whole quarter-hours, so that sums are exact and equal for any number of
threads. A place waits for the least over its ways of the greatest wait on the way, a bottleneck
path (Pollack, Oper. Res. 8, 1960, doi 10.1287/opre.8.5.733).

Limits: storms fall in the wet season on the wet-season network; a road that one closure shuts
twice is shut once; how weak a road is comes from its attributes, not from its own history. How
far a storm reaches and how much storms differ in strength are taken as assumed, so the interval
leaves out what is unknown of them; the rate, the number of storms and the hours to clear are in it.
"""
