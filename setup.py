"""Copydesk's distribution. Exact versions for a repeatable environment are in constraints.txt."""

from pathlib import Path

from setuptools import find_packages, setup

RUNTIME = [
    "apache-beam>=2.77,<3",  # the pipeline model and its runners
    "feedparser>=6.0.11,<7",  # RSS, Atom and RDF as they really are
    "trafilatura>=2.1,<3",  # article bodies
    "py3langid>=0.4,<1",  # the language of a text
    "pyarrow>=18,<26",  # Parquet
    "numpy>=1.26,<3",  # the trees that tell article from furniture
    "aiohttp>=3.12,<4",  # HTTP client
    "brotli>=1.2,<2",  # bodies in the content coding br, with a limit of the output
    "zstandard>=0.23,<1",  # bodies in the content coding zstd
    "yarl>=1.18,<2",  # URLs: parsing, IDNA, default ports, percent-encoding
    "protego>=0.4,<1",  # robots.txt as search engines read it
    "tenacity>=9,<10",  # retries with back-off
    "w3lib>=2.2,<3",  # the web's charset and URL rules
    "tld>=0.13,<1",  # public suffixes
    "lxml>=6,<7",  # HTML and OPML trees; reads HTML by the rules of HTML 5
    "cssselect>=1.2,<2",  # a user's own selectors for the pages of a source
    "lxml-html-clean>=0.4,<1",  # trafilatura needs it through an extra of lxml that older pips do not find
    "filelock>=3.16,<5",  # one writer per lake
    "rich>=13.9,<16",  # progress and tables at the terminal
    "fastwarc>=1,<3",  # WARC archives, parsed natively
    "prometheus-client>=0.21,<1",  # the metrics endpoint of long-running commands
    "tomli>=2.2,<3; python_version<'3.11'",
    "tomlkit>=0.13,<1",  # changes addresses in a sources file, and leaves its layout and comments as they are
    "tzdata>=2024.2",  # zones where the system has none
]
REPORT = [
    "duckdb>=1.2,<3",  # figures over a whole lake in bounded memory
    "jinja2>=3.1.2,<4",  # the page, with everything from the web escaped
    "matplotlib>=3.9,<4",  # charts as SVG, without a script
    "babel>=2.15,<3",  # names of languages
    "rapidfuzz>=3.9,<4",  # two texts side by side, word by word
]
AWS = ["apache-beam[aws]"]  # a lake in S3, by Beam's filesystem
GCP = ["apache-beam[gcp]"]  # a lake in Google Cloud Storage, and Dataflow
SPARK = ["pyspark>=4,<5"]  # the Spark example of docs/reading.md; needs Java 17
DEV = [
    *REPORT,
    *AWS,
    *SPARK,
    "flask>=3",
    "flask-cors>=5",
    "moto[s3]>=5",  # with flask: an S3 on loopback for the tests
    "build>=1.2",
    "cryptography>=42",  # a self-signed certificate for the tests of TLS
    "hypothesis>=6.120",
    "import-linter>=2.3",  # the order of packages, as contracts in pyproject.toml
    "mypy>=1.15",
    "pytest>=8.3",
    "pytest-timeout>=2.3",
    "pytest-xdist>=3.6",
    "ruff>=0.9",
    "pandas>=2.2",
    "pandas-stubs",
    "polars>=1.20",
    "psutil>=6",
    "types-psutil",
    "types-setuptools",
    "warcio>=1.7",  # reads the archives that we write
]

setup(
    name="copydesk",
    version="0.1.0",
    description="News feeds in; a Parquet lake of clean, attributed, grouped articles out. On Apache Beam.",
    long_description=Path(__file__).with_name("README.md").read_text(encoding="utf-8"),
    long_description_content_type="text/markdown",
    license="Apache-2.0",
    python_requires=">=3.10,<3.15",
    packages=find_packages(include=["copydesk*", "pipelines*", "transforms*", "schemas*"]),
    # Type checkers honour py.typed only in packages (PEP 561), so copydesk is a package and not a module.
    package_data={
        "copydesk": ["py.typed"],
        "schemas": ["py.typed"],
        "transforms": ["py.typed", "extraction/block_model.json"],
        "pipelines": ["py.typed", "templates/*.j2"],
    },
    install_requires=RUNTIME,
    extras_require={"report": REPORT, "aws": AWS, "gcp": GCP, "spark": SPARK, "dev": DEV},
    # Not pipelines.cli: another folder called pipelines may hide ours until copydesk.own_packages is imported.
    entry_points={"console_scripts": ["copydesk=copydesk.__main__:main"]},
    classifiers=[
        "Development Status :: 3 - Alpha",
        "Environment :: Console",
        "Intended Audience :: Developers",
        "Intended Audience :: Science/Research",
        "Programming Language :: Python :: 3",
        "Programming Language :: Python :: 3.10",
        "Programming Language :: Python :: 3.11",
        "Programming Language :: Python :: 3.12",
        "Programming Language :: Python :: 3.13",
        "Programming Language :: Python :: 3.14",
        "Topic :: Text Processing",
        "Typing :: Typed",
    ],
)
