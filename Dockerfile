# syntax=docker/dockerfile:1
# The service in a container: built in one stage, run in another that holds neither pip's cache nor the sources.

FROM python:3.12.12-slim-bookworm AS build
ENV PIP_NO_CACHE_DIR=1 PIP_DISABLE_PIP_VERSION_CHECK=1
RUN python -m venv /opt/monitor
WORKDIR /build
# The dependencies first: they change seldom, so this layer is kept from build to build. The lock file is complete
# (--no-deps): a resolver would look for newer releases of what is pinned, and stop at their hashes.
COPY requirements.lock ./
RUN /opt/monitor/bin/pip install --no-deps --require-hashes -r requirements.lock
COPY pyproject.toml README.md LICENSE ./
COPY monitor ./monitor
# The builder (hatchling) is in the lock file too, so nothing unhashed is fetched here.
RUN /opt/monitor/bin/pip install --no-deps --no-build-isolation .

FROM python:3.12.12-slim-bookworm
LABEL org.opencontainers.image.title="news-monitor" \
      org.opencontainers.image.description="Reads the world's news in any language and writes to people only when something is new." \
      org.opencontainers.image.licenses="MIT"
# 1000 is the first user of most machines, so that ./storage belongs to whoever runs compose; else see `user:` there.
RUN useradd --uid 1000 --create-home --home-dir /home/monitor monitor \
 && install -d -o monitor -g monitor /home/monitor/storage /home/monitor/watchlists
COPY --from=build /opt/monitor /opt/monitor
ENV PATH=/opt/monitor/bin:$PATH \
    PYTHONUNBUFFERED=1 \
    PYTHONDONTWRITEBYTECODE=1 \
    MONITOR_LISTEN=0.0.0.0:8080
USER monitor
WORKDIR /home/monitor
VOLUME /home/monitor/storage
EXPOSE 8080
STOPSIGNAL SIGTERM
# The first round may have hundreds of feeds to read before there is anything to be healthy about.
HEALTHCHECK --interval=60s --timeout=15s --start-period=120s --retries=3 \
    CMD ["monitor", "health", "--home", "/home/monitor"]
ENTRYPOINT ["monitor"]
CMD ["run", "--home", "/home/monitor"]
