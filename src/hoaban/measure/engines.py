"""What runs the expressions over a snapshot's tables: DuckDB, or Spark for more than one machine.

An expression is unbound Ibis: it names tables, not an engine, and gives the same rows on both.
Spark is an extra (``pip install "hoaban[spark]"`` and a Java runtime) and is started by the
first table that is asked of it, so that nobody else waits for it. It works on this machine
alone, or on the cluster that ``HOABAN_SPARK_MASTER`` names (``spark://…``, ``yarn``, ``k8s://…``),
whose machines must see the snapshot's folder under the same path.
"""

import os
import re
import shutil
import subprocess
import warnings
from pathlib import Path
from typing import Any, ClassVar, Protocol

import duckdb
import ibis
import ibis.expr.types as ir
import pyarrow as pa

from hoaban.base.problems import Problem
from hoaban.base.reading import nearest

MASTER = "HOABAN_SPARK_MASTER"
OLDEST_JAVA = 17


class NoSuchEngine(Problem):
    vi = "Không có bộ máy tính toán “{name}”; gần nhất là “{nearest}”."
    en = "There is no engine “{name}”; the nearest is “{nearest}”."


class NoSpark(Problem):
    vi = (
        "Chưa cài pyspark nên không chạy được trên Spark; hãy cài hoaban kèm phần bổ sung "
        "“spark” (hoaban[spark]), hoặc bỏ --engine spark để chạy bằng DuckDB."
    )
    en = (
        "pyspark is not installed, so Spark cannot run; install hoaban with its extra “spark” "
        "(hoaban[spark]), or leave out --engine spark to run on DuckDB."
    )
    status = 501


class NoJava(Problem):
    vi = (
        "Spark cần Java 17 trở lên nhưng máy này {found}; hãy cài JDK hoặc đặt "
        "JAVA_HOME, hoặc bỏ --engine spark để chạy bằng DuckDB."
    )
    en = (
        "Spark needs Java 17 or newer and this machine {found_en}; install a JDK or "
        "set JAVA_HOME, or leave out --engine spark to run on DuckDB."
    )
    status = 501


class Engine(Protocol):
    """Tables by name, and expressions over them."""

    name: ClassVar[str]

    def offer(self, place: str, source: Path | pa.Table) -> None:
        """Make a Parquet file or a table in memory known under a name."""

    def run(self, expression: ir.Table) -> pa.Table:
        """The rows of an expression, in Arrow with the expression's own types."""

    def close(self) -> None:
        """Give back what the engine holds; it starts again when it is asked again."""


class DuckDB:
    """The engine of one machine, in this process."""

    name: ClassVar[str] = "duckdb"

    def __init__(self) -> None:
        self._connection = _duckdb()

    def offer(self, place: str, source: Path | pa.Table) -> None:
        """See `Engine.offer`."""
        if isinstance(source, Path):
            file = str(source).replace("'", "''")
            self._connection.execute(
                f"create or replace view {place} as select * from read_parquet('{file}')"  # noqa: S608
            )
        else:
            self._connection.register(place, source)

    def run(self, expression: ir.Table) -> pa.Table:
        """See `Engine.run`."""
        text = ibis.to_sql(expression, dialect="duckdb")
        return self._connection.sql(text).to_arrow_table().cast(expression.schema().to_pyarrow())

    def close(self) -> None:
        """See `Engine.close`."""
        self._connection.close()
        self._connection = _duckdb()


class Spark:
    """Spark driven by this machine's Java; the session's zone is UTC.

    Raises `NoSpark` where pyspark is not installed, `NoJava` where no Java is
    found or an older one than 17.
    """

    name: ClassVar[str] = "spark"

    def __init__(self) -> None:
        self._session: Any = None
        self._compiler: Any = None
        self._known: set[str] = set()

    def offer(self, place: str, source: Path | pa.Table) -> None:
        """See `Engine.offer`. A name stands for one table for good."""
        session = self._started()
        if place in self._known:
            return
        if isinstance(source, Path):
            frame = session.read.parquet(str(source.resolve()))
        else:
            frame = session.createDataFrame(source)
        frame.createOrReplaceTempView(place)
        self._known.add(place)

    def run(self, expression: ir.Table) -> pa.Table:
        """See `Engine.run`."""
        session = self._started()
        found = session.sql(self._compiler.compile(expression)).toArrow()
        return found.cast(expression.schema().to_pyarrow())

    def close(self) -> None:
        """Stop the session and the Java process behind it."""
        if self._session is None:
            return
        from pyspark import SparkContext

        gateway = SparkContext._gateway
        self._session.stop()
        self._session, self._compiler = None, None
        self._known.clear()
        if gateway is not None:
            gateway.shutdown()
            gateway.proc.stdin.close()
            gateway.proc.wait()
            SparkContext._gateway = SparkContext._jvm = None

    def _started(self) -> Any:
        if self._session is None:
            self._session = _session()
            # It says so of every release of pandas that is newer than itself; no pandas is used.
            with warnings.catch_warnings():
                warnings.simplefilter("ignore", FutureWarning)
                self._compiler = ibis.pyspark.connect(self._session)
        return self._session


ENGINES: dict[str, type[DuckDB] | type[Spark]] = {"duckdb": DuckDB, "spark": Spark}


def named(name: str) -> Engine:
    """The engine of a name. Raises `NoSuchEngine`, which names the nearest."""
    if name not in ENGINES:
        raise NoSuchEngine(name=name, nearest=nearest(name, ENGINES))
    return ENGINES[name]()


def _duckdb() -> duckdb.DuckDBPyConnection:
    # groups by a few small whole numbers, as of masks, are found by place instead of by hash
    return duckdb.connect(config={"perfect_ht_threshold": 22})


def _session() -> Any:
    try:
        from pyspark.sql import SparkSession
    except ImportError:
        raise NoSpark from None
    _check_java()
    log = Path(__file__).with_name("spark-log.properties")
    builder = SparkSession.builder.appName("hoaban")
    for key, value in {
        **_where(),
        "spark.driver.extraJavaOptions": f"-Dlog4j2.configurationFile={log.as_uri()}",
        "spark.sql.session.timeZone": "UTC",
        "spark.ui.enabled": "false",
        "spark.ui.showConsoleProgress": "false",
    }.items():
        builder = builder.config(key, value)
    return builder.getOrCreate()


def _where() -> dict[str, str]:
    """Where Spark works: what `MASTER` names, under its own settings, or this machine alone."""
    if master := os.environ.get(MASTER):
        return {"spark.master": master}
    os.environ.setdefault("SPARK_LOCAL_IP", "127.0.0.1")
    return {
        "spark.master": "local[2]",
        "spark.driver.bindAddress": "127.0.0.1",
        "spark.driver.host": "127.0.0.1",
        "spark.sql.shuffle.partitions": "2",
    }


def _check_java() -> None:
    """Refuse to start without a Java that Spark can use, where Spark looks for one."""
    home = os.environ.get("JAVA_HOME")
    found = shutil.which("java", path=str(Path(home) / "bin") if home else None)
    if found is None:
        raise NoJava(found="không có lệnh java", found_en="has no java command")
    words = [found, "-version"]  # the java that Spark would start
    said = subprocess.run(words, capture_output=True, text=True, check=False).stderr  # noqa: S603
    version = re.search(r'version "(?:1\.)?(\d+)', said)  # Java 8 calls itself 1.8
    if version and int(version[1]) < OLDEST_JAVA:
        raise NoJava(found=f"có Java {version[1]}", found_en=f"has Java {version[1]}")
