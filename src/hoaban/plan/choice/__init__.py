"""Choosing works under money and rules by what they do together, with a bound on any choice.

- `instance`: the frozen problem, the frozen answer, and what is asked of a joint worth;
- `purse`: who may pay for what, in which year; `orders`: in which order; `rules`: what contradicts;
- `search`: `lazy` greedy with exact re-evaluation, then `swaps`; few items: every set (`exact`);
- `curve`: the same for every budget, with what was evaluated `remembered`;
- `disagree`: the same under many weights and costs; `frontier`: fairness and isolation set against
  what they cost; `explain`: what beat each work, what would help each village;
- `bound`, `shared_prices`: what no plan can exceed, and why;
- `facility`: placing facilities alone, solved to optimality.
"""
