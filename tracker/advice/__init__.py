"""A language model of the reader's own, asked in place of the shipped judge or tagger: off unless tracker.toml names one.

questions.py     a question with the schema of its answer; JSON in, JSON out
judgements.py    how a stance changed: question, and what is accepted of the answer
extraction.py    who says what: question, and what is accepted of the answer
engine.py     *  the `llm` package, loaded when the first question is asked
adviser.py    *  asks, once more where need be; keeps answers, counts, stops at the bounds
"""
