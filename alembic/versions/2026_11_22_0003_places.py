"""Where: countries (ISO 3166-1 as of this date, and XK), places and their spellings."""

import sqlalchemy as sa
from alembic import op

from eventdb.database.sqlfiles import statements

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None

TABLES = ("countries", "places", "place_names", "place_countries")

# ISO 3166-1: alpha-2, alpha-3 and an English short name. XK and XKX are user-assigned codes in common use.
COUNTRIES = """
AD AND Andorra; AE ARE United Arab Emirates; AF AFG Afghanistan; AG ATG Antigua and Barbuda; AI AIA Anguilla;
AL ALB Albania; AM ARM Armenia; AO AGO Angola; AQ ATA Antarctica; AR ARG Argentina; AS ASM American Samoa;
AT AUT Austria; AU AUS Australia; AW ABW Aruba; AX ALA Åland Islands; AZ AZE Azerbaijan;
BA BIH Bosnia and Herzegovina; BB BRB Barbados; BD BGD Bangladesh; BE BEL Belgium; BF BFA Burkina Faso;
BG BGR Bulgaria; BH BHR Bahrain; BI BDI Burundi; BJ BEN Benin; BL BLM Saint Barthélemy; BM BMU Bermuda;
BN BRN Brunei; BO BOL Bolivia; BQ BES Caribbean Netherlands; BR BRA Brazil; BS BHS Bahamas; BT BTN Bhutan;
BV BVT Bouvet Island; BW BWA Botswana; BY BLR Belarus; BZ BLZ Belize; CA CAN Canada; CC CCK Cocos Islands;
CD COD Democratic Republic of the Congo; CF CAF Central African Republic; CG COG Republic of the Congo;
CH CHE Switzerland; CI CIV Ivory Coast; CK COK Cook Islands; CL CHL Chile; CM CMR Cameroon; CN CHN China;
CO COL Colombia; CR CRI Costa Rica; CU CUB Cuba; CV CPV Cape Verde; CW CUW Curaçao; CX CXR Christmas Island;
CY CYP Cyprus; CZ CZE Czech Republic; DE DEU Germany; DJ DJI Djibouti; DK DNK Denmark; DM DMA Dominica;
DO DOM Dominican Republic; DZ DZA Algeria; EC ECU Ecuador; EE EST Estonia; EG EGY Egypt; EH ESH Western Sahara;
ER ERI Eritrea; ES ESP Spain; ET ETH Ethiopia; FI FIN Finland; FJ FJI Fiji; FK FLK Falkland Islands;
FM FSM Micronesia; FO FRO Faroe Islands; FR FRA France; GA GAB Gabon; GB GBR United Kingdom; GD GRD Grenada;
GE GEO Georgia; GF GUF French Guiana; GG GGY Guernsey; GH GHA Ghana; GI GIB Gibraltar; GL GRL Greenland;
GM GMB Gambia; GN GIN Guinea; GP GLP Guadeloupe; GQ GNQ Equatorial Guinea; GR GRC Greece;
GS SGS South Georgia and the South Sandwich Islands; GT GTM Guatemala; GU GUM Guam; GW GNB Guinea-Bissau;
GY GUY Guyana; HK HKG Hong Kong; HM HMD Heard Island and McDonald Islands; HN HND Honduras; HR HRV Croatia;
HT HTI Haiti; HU HUN Hungary; ID IDN Indonesia; IE IRL Ireland; IL ISR Israel; IM IMN Isle of Man;
IN IND India; IO IOT British Indian Ocean Territory; IQ IRQ Iraq; IR IRN Iran; IS ISL Iceland; IT ITA Italy;
JE JEY Jersey; JM JAM Jamaica; JO JOR Jordan; JP JPN Japan; KE KEN Kenya; KG KGZ Kyrgyzstan; KH KHM Cambodia;
KI KIR Kiribati; KM COM Comoros; KN KNA Saint Kitts and Nevis; KP PRK North Korea; KR KOR South Korea;
KW KWT Kuwait; KY CYM Cayman Islands; KZ KAZ Kazakhstan; LA LAO Laos; LB LBN Lebanon; LC LCA Saint Lucia;
LI LIE Liechtenstein; LK LKA Sri Lanka; LR LBR Liberia; LS LSO Lesotho; LT LTU Lithuania; LU LUX Luxembourg;
LV LVA Latvia; LY LBY Libya; MA MAR Morocco; MC MCO Monaco; MD MDA Moldova; ME MNE Montenegro;
MF MAF Saint Martin; MG MDG Madagascar; MH MHL Marshall Islands; MK MKD North Macedonia; ML MLI Mali;
MM MMR Myanmar; MN MNG Mongolia; MO MAC Macau; MP MNP Northern Mariana Islands; MQ MTQ Martinique;
MR MRT Mauritania; MS MSR Montserrat; MT MLT Malta; MU MUS Mauritius; MV MDV Maldives; MW MWI Malawi;
MX MEX Mexico; MY MYS Malaysia; MZ MOZ Mozambique; NA NAM Namibia; NC NCL New Caledonia; NE NER Niger;
NF NFK Norfolk Island; NG NGA Nigeria; NI NIC Nicaragua; NL NLD Netherlands; NO NOR Norway; NP NPL Nepal;
NR NRU Nauru; NU NIU Niue; NZ NZL New Zealand; OM OMN Oman; PA PAN Panama; PE PER Peru;
PF PYF French Polynesia; PG PNG Papua New Guinea; PH PHL Philippines; PK PAK Pakistan; PL POL Poland;
PM SPM Saint Pierre and Miquelon; PN PCN Pitcairn Islands; PR PRI Puerto Rico; PS PSE Palestine;
PT PRT Portugal; PW PLW Palau; PY PRY Paraguay; QA QAT Qatar; RE REU Réunion; RO ROU Romania; RS SRB Serbia;
RU RUS Russia; RW RWA Rwanda; SA SAU Saudi Arabia; SB SLB Solomon Islands; SC SYC Seychelles; SD SDN Sudan;
SE SWE Sweden; SG SGP Singapore; SH SHN Saint Helena; SI SVN Slovenia; SJ SJM Svalbard and Jan Mayen;
SK SVK Slovakia; SL SLE Sierra Leone; SM SMR San Marino; SN SEN Senegal; SO SOM Somalia; SR SUR Suriname;
SS SSD South Sudan; ST STP São Tomé and Príncipe; SV SLV El Salvador; SX SXM Sint Maarten; SY SYR Syria;
SZ SWZ Eswatini; TC TCA Turks and Caicos Islands; TD TCD Chad; TF ATF French Southern Territories; TG TGO Togo;
TH THA Thailand; TJ TJK Tajikistan; TK TKL Tokelau; TL TLS East Timor; TM TKM Turkmenistan; TN TUN Tunisia;
TO TON Tonga; TR TUR Turkey; TT TTO Trinidad and Tobago; TV TUV Tuvalu; TW TWN Taiwan; TZ TZA Tanzania;
UA UKR Ukraine; UG UGA Uganda; UM UMI United States Minor Outlying Islands; US USA United States;
UY URY Uruguay; UZ UZB Uzbekistan; VA VAT Vatican City; VC VCT Saint Vincent and the Grenadines;
VE VEN Venezuela; VG VGB British Virgin Islands; VI VIR United States Virgin Islands; VN VNM Vietnam;
VU VUT Vanuatu; WF WLF Wallis and Futuna; WS WSM Samoa; XK XKX Kosovo; YE YEM Yemen; YT MYT Mayotte;
ZA ZAF South Africa; ZM ZMB Zambia; ZW ZWE Zimbabwe
"""


def _countries() -> list[dict[str, str]]:
    entries = (entry.split(maxsplit=2) for entry in " ".join(COUNTRIES.split()).split(";"))
    return [{"code": code, "alpha3": alpha3, "name": name} for code, alpha3, name in entries]


def upgrade() -> None:
    op.create_table(
        "countries",
        sa.Column("code", sa.Text(), nullable=False, comment="ISO 3166-1 alpha-2; XK for Kosovo as in common use"),
        sa.Column("alpha3", sa.Text(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.CheckConstraint("alpha3 ~ '^[A-Z]{3}$'", name="countries_alpha3_form_check"),
        sa.CheckConstraint("code ~ '^[A-Z]{2}$'", name="countries_code_form_check"),
        sa.PrimaryKeyConstraint("code", name="countries_pkey"),
        sa.UniqueConstraint("alpha3", name="countries_alpha3_key"),
        sa.UniqueConstraint("name", name="countries_name_key"),
        comment="ISO 3166-1",
    )
    op.create_table(
        "places",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=True), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("admin1", sa.Text(), comment="province or governorate"),
        sa.Column("country", sa.Text(), comment="null at sea, and where a place lies in several (place_countries)"),
        sa.Column("latitude", sa.Double(), comment="degrees, WGS 84"),
        sa.Column("longitude", sa.Double(), comment="degrees, WGS 84"),
        sa.Column("precision", sa.Text(), server_default="unknown", nullable=False),
        sa.Column(
            "origin",
            sa.Text(),
            server_default="user",
            nullable=False,
            comment="shipped with eventdb, coded from an article, or added by a user; only shipped rows are renewed",
        ),
        sa.CheckConstraint("name ~ '\\S'", name="places_name_not_blank_check"),
        sa.CheckConstraint("origin IN ('shipped', 'coded', 'user')", name="places_origin_check"),
        sa.CheckConstraint(
            "precision IN ('site', 'city', 'district', 'admin1', 'country', 'region', 'sea', 'several', 'unknown')",
            name="places_precision_check",
        ),
        sa.CheckConstraint("(latitude IS NULL) = (longitude IS NULL)", name="places_coordinates_whole_check"),
        sa.CheckConstraint("latitude BETWEEN -90 AND 90", name="places_latitude_range_check"),
        sa.CheckConstraint("longitude BETWEEN -180 AND 180", name="places_longitude_range_check"),
        sa.ForeignKeyConstraint(["country"], ["countries.code"], name="places_country_fkey"),
        sa.PrimaryKeyConstraint("id", name="places_pkey"),
        comment="Where things happen, from a site to a country or a sea",
    )
    op.create_index("places_country_idx", "places", ["country"])
    op.create_index(
        "places_name_admin1_country_key",
        "places",
        ["name", "admin1", "country"],
        unique=True,
        postgresql_nulls_not_distinct=True,
    )
    op.create_table(
        "place_names",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=True), nullable=False),
        sa.Column("place_id", sa.BigInteger(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("key", sa.Text(), sa.Computed("fold(name)", persisted=True), nullable=False),
        sa.Column(
            "origin",
            sa.Text(),
            server_default="user",
            nullable=False,
            comment="shipped with eventdb, coded from an article, or added by a user; only shipped rows are renewed",
        ),
        sa.CheckConstraint("name ~ '\\S'", name="place_names_name_not_blank_check"),
        sa.CheckConstraint("origin IN ('shipped', 'coded', 'user')", name="place_names_origin_check"),
        sa.ForeignKeyConstraint(["place_id"], ["places.id"], name="place_names_place_id_fkey"),
        sa.PrimaryKeyConstraint("id", name="place_names_pkey"),
        sa.UniqueConstraint("place_id", "name", name="place_names_place_id_name_key"),
        comment="Every spelling of a place; the same spelling may name several",
    )
    op.create_index("place_names_key_idx", "place_names", ["key"])
    op.create_table(
        "place_countries",
        sa.Column("place_id", sa.BigInteger(), nullable=False),
        sa.Column("country", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(["country"], ["countries.code"], name="place_countries_country_fkey"),
        sa.ForeignKeyConstraint(["place_id"], ["places.id"], name="place_countries_place_id_fkey"),
        sa.PrimaryKeyConstraint("place_id", "country", name="place_countries_pkey"),
        comment="The countries of a place that lies in several, and of no other",
    )
    op.create_index("place_countries_country_idx", "place_countries", ["country"])
    op.execute(statements("triggers/place_countries.sql"))
    countries = sa.table("countries", *(sa.column(name, sa.Text) for name in ("code", "alpha3", "name")))
    op.execute(sa.insert(countries).values(_countries()))


def downgrade() -> None:
    for table in reversed(TABLES):
        op.drop_table(table)
    op.execute("DROP FUNCTION place_of_one_country")
    op.execute("DROP FUNCTION place_of_several_countries")
