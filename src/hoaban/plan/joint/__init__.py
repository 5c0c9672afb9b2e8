"""What works do together: exact, for any set of them, without building it into the tables.

A plan is judged by what its works do jointly. Two roads that shorten one way share its gain, a
bridge without its road gives nothing, a station counts once for a village. Adding up single
gains is wrong by half; here every set is evaluated as it would be measured.

- `parts`: what a part of the province is, and what all of them answer;
- one module a part: `travel`, `connection`, `homes`, `staff`, `desks`;
- `criteria`: what counts, in its own units, with weights that are printed;
- `province`: all parts together, as `hoaban.plan.choice` asks for it.

A part's answers are those of `hoaban.measure` after `hoaban.plan.effects.apply`, number by number;
a test holds them to that.
"""
