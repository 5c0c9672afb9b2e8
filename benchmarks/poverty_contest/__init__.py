"""The contest behind `benchmarks/poverty.py`.

- `drawing`: the inputs, from a seed, as Parquet files in a folder;
- `ours`: the product's own functions;
- `arrays` (numpy), `frames` (polars), `plain` (Python household by household): their peers;
- `worker`: runs one contestant in a process of its own and writes what it took.
"""
