# The server in a small image:  docker build -t frontdesk .
#   docker run -p 8080:8080 -v frontdesk:/var/lib/frontdesk frontdesk
# All settings are environment variables: see `frontdesk serve --help`.

FROM node:22-bookworm-slim AS node

FROM rust:1-bookworm AS build
# The pages are built with Node by the server's build script.
COPY --from=node /usr/local/bin/node /usr/local/bin/node
COPY --from=node /usr/local/lib/node_modules /usr/local/lib/node_modules
RUN ln -s ../lib/node_modules/npm/bin/npm-cli.js /usr/local/bin/npm
WORKDIR /src
COPY . .
RUN cargo build --profile dist --locked -p frontdesk --bin frontdesk

FROM debian:bookworm-slim
RUN useradd --system --uid 10001 --home-dir /var/lib/frontdesk --create-home frontdesk
COPY --from=build /src/target/dist/frontdesk /usr/local/bin/frontdesk
USER frontdesk
ENV FRONTDESK_DATA_DIR=/var/lib/frontdesk \
    FRONTDESK_LISTEN=0.0.0.0:8080
VOLUME /var/lib/frontdesk
EXPOSE 8080
STOPSIGNAL SIGTERM
# The image has no program to ask with; the shell can speak enough HTTP.
HEALTHCHECK --interval=10s --timeout=3s --start-period=5s \
    CMD ["bash", "-c", "exec 3<>/dev/tcp/127.0.0.1/${FRONTDESK_LISTEN##*:} && printf 'GET /healthz HTTP/1.0\\r\\n\\r\\n' >&3 && read -r answer <&3 && [[ $answer == *' 200 '* ]]"]
ENTRYPOINT ["frontdesk"]
CMD ["serve"]
