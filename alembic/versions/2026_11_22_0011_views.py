"""What people ask: the saved views, and the functions that they and questions of a day stand on."""

from pathlib import PurePath

from alembic import op

from eventdb.database.sqlfiles import statements

revision = "0011"
down_revision = "0010"
branch_labels = None
depends_on = None

TABLES = ()

# Each after those that it builds on.
FILES = (
    "functions/published_by.sql",
    "functions/named_places.sql",
    "functions/figure_text.sql",
    "functions/tied_actors.sql",
    "functions/sources_as_of.sql",
    "functions/reports_as_of.sql",
    "functions/casualty_figures_as_of.sql",
    "functions/casualty_estimates_as_of.sql",
    "functions/attributions_as_of.sql",
    "functions/incidents_as_of.sql",
    "functions/unattributed_incidents.sql",
    "views/current_reports.sql",
    "views/reports_by_incident.sql",
    "views/incident_timeline.sql",
    "views/attacks_per_month.sql",
    "views/unattributed_incidents.sql",
    "views/casualty_estimates.sql",
    "views/attribution_ledger.sql",
    "views/claims.sql",
    "views/contested_incidents.sql",
    "views/actor_names.sql",
    "views/actor_activity.sql",
    "views/event_relations.sql",
    "views/retaliation_chains.sql",
    "views/tally_gap.sql",
    "views/source_coverage.sql",
    "views/evidence.sql",
    "views/review_queue.sql",
    "views/ingest_log.sql",
)


def upgrade() -> None:
    for file in FILES:
        op.execute(statements(file))


def downgrade() -> None:
    for file in reversed(FILES):
        kind = "VIEW" if file.startswith("views/") else "FUNCTION"
        op.execute(f"DROP {kind} {PurePath(file).stem}")
