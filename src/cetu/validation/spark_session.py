"""The Spark that a run uses: found, started and asked here; its exceptions in our words.

Without PySpark or Java, or on a Spark that only talks to its server (Spark Connect), there is
one message and no run.
"""

from __future__ import annotations

import os
import re
import shutil
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

from cetu.validation.records import UnusableInput

if TYPE_CHECKING:
    from pyspark.sql import SparkSession

MASTER = "CETU_SPARK_MASTER"

_OWN = {  # what the rules in SQL rest on, whatever the cluster's defaults are
    "spark.sql.ansi.enabled": "true",
    "spark.sql.caseSensitive": "true",
    "spark.sql.session.timeZone": "UTC",
    "spark.sql.parser.escapedStringLiterals": "false",
    "spark.sql.files.ignoreCorruptFiles": "false",
    "spark.sql.files.ignoreMissingFiles": "false",
}


def session() -> SparkSession:
    """A session of the Spark there is, or of a new one; its settings are ours alone.

    Under spark-submit, and with a Spark that is configured (SPARK_CONF_DIR), the master is
    theirs; CETU_SPARK_MASTER names one; else Spark runs on this machine and listens to it
    only. Raises UnusableInput without PySpark or Java.
    """
    try:
        from pyspark.errors import PySparkException
        from pyspark.sql import SparkSession
    except ImportError as error:
        raise UnusableInput(
            "没有安装 PySpark：pip install 'cetu[spark]'（还需要 Java 17 或更新）",
            "PySpark is not installed: pip install 'cetu[spark]' (Java 17 or newer is needed, too)",
        ) from error
    if os.environ.get("SPARK_REMOTE"):
        raise UnusableInput(
            "不支持 Spark Connect（SPARK_REMOTE）；请用 spark-submit 或 " + MASTER,
            f"Spark Connect (SPARK_REMOTE) is not supported; use spark-submit or {MASTER}",
        )
    builder = SparkSession.builder.appName("cetu")
    for key, value in _settings().items():
        builder = builder.config(key, value)
    given = SparkSession.getActiveSession()
    if given is None:
        _needs_java()
        try:
            with _quiet_start():
                given = builder.getOrCreate()
        except (PySparkException, RuntimeError, OSError) as error:
            raise UnusableInput(
                f"Spark 启动失败（需要 Java 17 或更新）：{_said(error)}",
                f"Spark does not start (it needs Java 17 or newer): {_said(error)}",
            ) from error
    own = given.newSession()
    for key, value in _OWN.items():
        own.conf.set(key, value)
    # the parts of a file stay the same whatever executors come and go
    own.conf.set("spark.sql.files.minPartitionNum", str(given.sparkContext.defaultParallelism))
    return own


def _needs_java() -> None:
    home = os.environ.get("JAVA_HOME")
    java = str(Path(home) / "bin" / "java") if home else "java"
    if "PYSPARK_GATEWAY_PORT" not in os.environ and shutil.which(java) is None:
        raise UnusableInput(
            f"没有找到 Java（{java}）：Spark 需要 Java 17 或更新",
            f"there is no Java ({java}): Spark needs Java 17 or newer",
        )


def _settings() -> dict[str, str]:
    if "PYSPARK_GATEWAY_PORT" in os.environ:  # started by spark-submit
        return {}
    settings = {
        "spark.ui.enabled": "false",
        "spark.ui.showConsoleProgress": "false",
        "spark.log.level": "ERROR",
    }
    master = os.environ.get(MASTER, "")
    if not master and "SPARK_CONF_DIR" in os.environ:
        return settings
    settings |= {"spark.master": master or "local[*]"}
    if not master or master.startswith("local"):
        settings |= {"spark.driver.bindAddress": "127.0.0.1", "spark.driver.host": "127.0.0.1"}
        # read by Spark from nowhere else; tasks need the Python that has cetu
        os.environ.setdefault("PYSPARK_PYTHON", sys.executable)
        os.environ.setdefault("SPARK_LOCAL_IP", "127.0.0.1")
    return settings


@contextmanager
def _quiet_start() -> Iterator[None]:
    """Java writes its own warnings to standard error before any setting holds."""
    sys.stderr.flush()
    kept = os.dup(2)
    null = os.open(os.devnull, os.O_WRONLY)
    os.dup2(null, 2)
    try:
        yield
    finally:
        os.dup2(kept, 2)
        os.close(kept)
        os.close(null)


def is_free(session: SparkSession, target: str) -> bool:
    """Whether nothing stands at that address yet, asked before hours are spent."""
    with readable(target):
        spark = session._jsparkSession.sparkContext()
        path = session._jvm.org.apache.hadoop.fs.Path(target)
        return not path.getFileSystem(spark.hadoopConfiguration()).exists(path)


@contextmanager
def readable(name: str) -> Iterator[None]:
    """Spark's exceptions as UnusableInput of that name."""
    from py4j.protocol import Py4JError
    from pyspark.errors import PySparkException

    try:
        yield
    except (PySparkException, Py4JError) as error:
        raise UnusableInput(
            f"{name}：Spark 未能完成：{_said(error)}", f"{name}: Spark failed: {_said(error)}"
        ) from error


def _said(error: Exception) -> str:
    """What an exception of Spark says, or the Python exception in it, without the stack."""
    words = str(error).split("JVM stacktrace")[0].strip()
    raised = [line for line in words.splitlines() if re.match(r"[A-Za-z_.]+(Error|Exception)\b", line)]
    return " ".join((raised[-1] if "Traceback" in words and raised else words).split())[:300]
