"""From a question to everything there is to tell about it."""

from tariffs.study.question import Question, from_query
from tariffs.study.walk import Study, run

__all__ = ["Question", "Study", "from_query", "run"]
