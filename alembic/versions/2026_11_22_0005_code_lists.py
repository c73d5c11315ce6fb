"""Code lists with their rows: kinds of event, stances of an attribution, words of likelihood."""

from typing import Any

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None

TABLES = ("event_types", "stances", "probability_words")

# Definitions are our own; the codes beside them are those of ACLED's codebook (event type, sub-event type), of PLOVER
# as POLECAT uses it (event, mode) and of GTD's codebook (attack type). None where a list has no code that fits: GTD
# leaves out the acts of states, ACLED and PLOVER file threats and halts by their object and not by their being said.
REMOTE, BATTLE, AGAINST_CIVILIANS = "Explosions/Remote violence", "Battles", "Violence against civilians"
MISSILE, AIR_STRIKE, CLASH = "Shelling/artillery/missile attack", "Air/drone strike", "Armed clash"
BOMBING = "Bombing/Explosion"
EVENT_TYPES = [
    (
        "rocket_attack", "physical", "Rocket attack",
        "Unguided rockets or mortar bombs fired at a target from a distance.",
        REMOTE, MISSILE, "ASSAULT", "heavy-weapons", BOMBING,
    ),
    (
        "missile_attack", "physical", "Missile attack",
        "Ballistic or cruise missiles launched at a target.",
        REMOTE, MISSILE, "ASSAULT", "heavy-weapons", BOMBING,
    ),
    (
        "drone_attack", "physical", "Drone attack",
        "One-way or bomb-dropping unmanned aircraft sent against a target, usually by a force without an air arm.",
        REMOTE, AIR_STRIKE, "ASSAULT", "drone", BOMBING,
    ),
    (
        "airstrike", "physical", "Airstrike",
        "Weapons released on a target by aircraft, a state's armed drones among them.",
        REMOTE, AIR_STRIKE, "ASSAULT", "aerial", None,
    ),
    (
        "shelling", "physical", "Shelling",
        "Artillery or tank fire at a target on the ground.",
        REMOTE, MISSILE, "ASSAULT", "heavy-weapons", BOMBING,
    ),
    (
        "naval_attack", "physical", "Naval attack",
        "An attack on a vessel, or from one; the seizing of a vessel is included.",
        None, None, "ASSAULT", None, None,
    ),
    (
        "bombing", "physical", "Bombing",
        "An explosive that was planted, driven or carried to its target, by a suicide attacker too.",
        REMOTE, "Remote explosive/landmine/IED", "ASSAULT", "explosives", BOMBING,
    ),
    (
        "armed_assault", "physical", "Armed assault",
        "Fighters with guns shoot at, ambush or storm a target.",
        BATTLE, CLASH, "ASSAULT", "firearms", "Armed Assault",
    ),
    (
        "raid", "physical", "Raid",
        "Forces of a state go in on the ground to kill, capture, free or seize.",
        BATTLE, CLASH, "ASSAULT", "firearms", None,
    ),
    (
        "abduction", "physical", "Abduction",
        "People are taken away or held against their will by someone without lawful authority.",
        AGAINST_CIVILIANS, "Abduction/forced disappearance", "ASSAULT", "abduct", "Hostage Taking (Kidnapping)",
    ),
    (
        "riot", "physical", "Riot",
        "A crowd uses violence against people or property.",
        "Riots", "Mob violence", "PROTEST", "riot", None,
    ),
    (
        "other_attack", "physical", "Other attack",
        "Violence of a kind that no other type names, or that the source leaves open.",
        None, None, "ASSAULT", None, "Unknown",
    ),
    (
        "threat", "verbal", "Threat",
        "Someone vows to attack, warns of it or calls for it.",
        None, None, "THREATEN", "violence", None,
    ),
    (
        "suspension", "verbal", "Suspension",
        "Someone announces a halt to attacks or operations, for a time or for good.",
        None, None, "RETREAT", "ceasefire", None,
    ),
    (
        "statement", "verbal", "Statement",
        "A public word on attacks that neither threatens one nor halts them.",
        None, None, None, None, None,
    ),
]  # fmt: skip
EVENT_TYPE_COLUMNS = (
    "code", "class", "name", "definition",
    "acled_event_type", "acled_sub_event_type", "plover_event", "plover_mode", "gtd_attack_type",
)  # fmt: skip

# Grades after MUC-4 (the slot for confidence in the perpetrator) and GTD (claims of responsibility); the ranges are
# ours, beside those that ICD 203 gives to words of likelihood.
STANCES = [
    (
        "claimed",
        "The actor itself says that it did it (GTD: claim of responsibility; MUC-4: claimed or admitted).",
        60, 100, True,
    ),
    (
        "stated",
        "The source says so in its own voice, as fact (MUC-4: reported as fact).",
        70, 100, True,
    ),
    (
        "accused",
        "An authority or an opponent says so without a hedge (MUC-4: suspected or accused by authorities). "
        "ICD 203: from even odds to very likely.",
        50, 95, True,
    ),
    (
        "suspected",
        "Someone says so with a hedge: believed, likely, possible (MUC-4: suspected or accused, possible; GTD: "
        "perpetrator uncertain). ICD 203: from unlikely to very likely.",
        20, 95, True,
    ),
    (
        "denied",
        "The actor says that it did not; MUC-4 and GTD have no grade for it. ICD 203: very unlikely or less.",
        0, 20, False,
    ),
    (
        "declined",
        "An authority says that it cannot or will not name anyone. Carries no confidence.",
        None, None, False,
    ),
]  # fmt: skip
STANCE_COLUMNS = {
    "code": sa.Text,
    "definition": sa.Text,
    "confidence_low": sa.SmallInteger,
    "confidence_high": sa.SmallInteger,
    "positive": sa.Boolean,
}

# ICD 203 (Analytic Standards), both rows of terms of its table of likelihood, in percent.
PROBABILITY_WORDS = [
    ("almost no chance", 1, 5), ("remote", 1, 5),
    ("very unlikely", 5, 20), ("highly improbable", 5, 20),
    ("unlikely", 20, 45), ("improbable", 20, 45),
    ("roughly even chance", 45, 55), ("roughly even odds", 45, 55),
    ("likely", 55, 80), ("probable", 55, 80),
    ("very likely", 80, 95), ("highly probable", 80, 95),
    ("almost certain", 95, 99), ("nearly certain", 95, 99),
]  # fmt: skip
PROBABILITY_COLUMNS = {"term": sa.Text, "low": sa.SmallInteger, "high": sa.SmallInteger}


def upgrade() -> None:
    op.create_table(
        "event_types",
        sa.Column("code", sa.Text(), nullable=False),
        sa.Column(
            "class", sa.Text(), nullable=False, comment="physical, or verbal: a threat, a suspension, a statement"
        ),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("definition", sa.Text(), nullable=False),
        sa.Column("acled_event_type", sa.Text()),
        sa.Column("acled_sub_event_type", sa.Text()),
        sa.Column("plover_event", sa.Text()),
        sa.Column("plover_mode", sa.Text()),
        sa.Column("gtd_attack_type", sa.Text()),
        sa.CheckConstraint("class IN ('physical', 'verbal')", name="event_types_class_check"),
        sa.PrimaryKeyConstraint("code", name="event_types_pkey"),
        sa.UniqueConstraint("name", name="event_types_name_key"),
        comment="What kinds of incident there are, with the matching codes of ACLED, PLOVER and GTD",
    )
    op.create_table(
        "stances",
        sa.Column("code", sa.Text(), nullable=False),
        sa.Column("definition", sa.Text(), nullable=False),
        sa.Column(
            "confidence_low",
            sa.SmallInteger(),
            comment="the least confidence that this stance may carry; null where it carries none",
        ),
        sa.Column("confidence_high", sa.SmallInteger()),
        sa.Column("positive", sa.Boolean(), nullable=False, comment="whether it says that the actor did it"),
        sa.CheckConstraint(
            "(confidence_low IS NULL) = (confidence_high IS NULL)", name="stances_confidence_whole_check"
        ),
        sa.CheckConstraint(
            "confidence_low BETWEEN 0 AND confidence_high AND confidence_high <= 100",
            name="stances_confidence_range_check",
        ),
        sa.PrimaryKeyConstraint("code", name="stances_pkey"),
        comment="How an attribution is made (MUC-4 perpetrator confidence and GTD claims in one list)",
    )
    op.create_table(
        "probability_words",
        sa.Column("term", sa.Text(), nullable=False),
        sa.Column("low", sa.SmallInteger(), nullable=False),
        sa.Column("high", sa.SmallInteger(), nullable=False),
        sa.CheckConstraint("low BETWEEN 0 AND high AND high <= 100", name="probability_words_range_check"),
        sa.PrimaryKeyConstraint("term", name="probability_words_pkey"),
        comment="The words of ICD 203 for ranges of likelihood, in percent",
    )
    _fill("event_types", dict.fromkeys(EVENT_TYPE_COLUMNS, sa.Text), EVENT_TYPES)
    _fill("stances", STANCE_COLUMNS, STANCES)
    _fill("probability_words", PROBABILITY_COLUMNS, PROBABILITY_WORDS)


def _fill(table: str, columns: dict[str, type], rows: list[tuple[Any, ...]]) -> None:
    into = sa.table(table, *(sa.column(name, type_) for name, type_ in columns.items()))
    op.execute(sa.insert(into).values([dict(zip(columns, row, strict=True)) for row in rows]))


def downgrade() -> None:
    for table in reversed(TABLES):
        op.drop_table(table)
