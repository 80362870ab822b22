# Amends in a container: docker build -t amends . (compose.yaml runs it). Data in /data, shop.toml in /etc/amends.
FROM python:3.11-slim AS build
COPY . /src
RUN /src/deploy/install.sh /opt/amends

FROM python:3.11-slim
RUN useradd --system --uid 10001 --home-dir /data --shell /usr/sbin/nologin amends \
    && mkdir /data /etc/amends && chown amends /data
COPY --from=build /opt/amends /opt/amends
ENV PATH=/opt/amends/bin:$PATH \
    PYTHONUNBUFFERED=1 \
    AMENDS_DATA_DIR=/data \
    AMENDS_SHOP_FILE=/etc/amends/shop.toml \
    AMENDS_HTTP_HOST=0.0.0.0
USER amends
WORKDIR /data
VOLUME /data
EXPOSE 8080
# Ready, not /healthz: that also tells of a Slack that is away, and a restart would mend nothing there.
HEALTHCHECK --interval=30s --timeout=5s --start-period=60s CMD ["amends", "ready"]
STOPSIGNAL SIGTERM
ENTRYPOINT ["amends"]
CMD ["run"]
