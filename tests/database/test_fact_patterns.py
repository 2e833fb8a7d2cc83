"""Stored requests as patterns of codes: for trying out rules, without a way back to one request."""

import json

from portal.desk.fact_patterns import fact_patterns


def test_requests_with_the_same_facts_are_one_pattern_with_a_count(session, submit):
    for _ in range(2):
        submit(session, facts={"about": "self", "age": 15}, topics=["home.violence"], signals=["violence-now"])
    submit(session, facts={"about": "self"}, topics=["money"])

    assert fact_patterns(session) == [
        (
            {
                "about": "self",
                "age": 15,
                "topics": ["home.violence"],
                "signals": ["violence-now"],
                "language": "sv",
            },
            2,
        ),
        ({"about": "self", "topics": ["money"], "language": "sv"}, 1),
    ]


def test_the_order_of_topics_and_the_questions_declined_make_no_other_pattern(session, submit):
    submit(session, facts={"declined": ["age"]}, topics=["money", "home"])
    submit(session, facts={}, topics=["home", "money"])

    assert [count for _, count in fact_patterns(session)] == [2]


def test_no_word_of_a_request_and_nothing_that_names_it_is_in_a_pattern(session, submit, now):
    submitted = submit(session, words="Jag heter Kim och vågar inte gå hem.")

    told = json.dumps(fact_patterns(session))
    for secret in ("Kim", submitted.reference, submitted.code, str(submitted.request_id), str(now.year)):
        assert secret not in told


def test_without_requests_there_is_no_pattern(session):
    assert fact_patterns(session) == []
