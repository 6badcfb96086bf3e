# One image for every service. The lock file is that of `make ocr`, with Parquet; the embedded servers in it stay unused here.
FROM python:3.12-slim-trixie AS build
ENV PIP_DISABLE_PIP_VERSION_CHECK=1 PIP_NO_CACHE_DIR=1
RUN python -m venv /opt/fazhi
ENV PATH=/opt/fazhi/bin:$PATH
WORKDIR /src
# The dependencies first: they change less often than the code.
COPY requirements-image.lock ./
RUN pip install --require-hashes -r requirements-image.lock
COPY pyproject.toml README.md LICENSE ./
COPY review review
COPY schema schema
COPY workers workers
RUN pip install --no-deps --no-build-isolation .

FROM python:3.12-slim-trixie
# LibreOffice, which reads .doc, .wps and their like; without it (--build-arg OFFICE=) a reader of fazhi's own does, less well.
ARG OFFICE=libreoffice-writer-nogui
# And a font with all Chinese characters (16 MB), which pages are drawn with whose own is not in their file.
RUN apt-get update && apt-get install -y --no-install-recommends fonts-wqy-zenhei $OFFICE && rm -rf /var/lib/apt/lists/*
# The owner of the inbox on the host, so that the files in it can be taken.
ARG UID=1000
ARG GID=1000
RUN groupadd --non-unique --gid "$GID" fazhi \
 && useradd --non-unique --uid "$UID" --gid "$GID" --no-create-home --home-dir /data --shell /usr/sbin/nologin fazhi \
 && install --directory --owner "$UID" --group "$GID" /data /data/inbox /data/store /data/var /data/var/conversions
COPY --from=build /opt/fazhi /opt/fazhi
ENV PATH=/opt/fazhi/bin:$PATH FAZHI_HOME=/data PYTHONUNBUFFERED=1 PYTHONDONTWRITEBYTECODE=1
USER fazhi
WORKDIR /data
CMD ["fazhi", "--help"]
