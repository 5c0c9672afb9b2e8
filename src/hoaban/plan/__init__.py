"""What would help most: works, choice, money.

- works that could be done: `works` (kinds, from packs), `candidates` and the finders it asks
  (`connect`, `links`, `exits`, `sites`, `homes`, `desks`, `staffing`, `proposals`, `register`);
- what works do: `effects` builds them into the tables, `joint` says what any set comes to;
- money: `envelopes`, `sources`, `prices`, `blend`;
- the choice: `choice`, what planners ask of it (`wishes`), what it is held to (`principles`);
- the plan: `planning` puts them in order, `planned` is the answer, `compare` tells two apart,
  `need` says what money is missing; `operations` and `run` keep plans.
"""
