# Two stages: the compiler's, which is thrown away, and one that holds nothing
# but the program, certificates for TLS to mail servers, and its data directory.
# app/container_test.go runs these steps without a container engine.

FROM golang:1.26 AS build
ARG VERSION=dev
ARG OUT=/out
WORKDIR /src
COPY . .
RUN --mount=type=cache,target=/go/pkg/mod --mount=type=cache,target=/root/.cache/go-build \
    CGO_ENABLED=0 go build -trimpath -tags timetzdata \
    -ldflags "-s -w -X main.version=${VERSION}" -o "${OUT}/jahorina" ./app
# A directory without content cannot be made in an empty image, only copied.
RUN mkdir -p "${OUT}/data" "${OUT}/tmp"

FROM scratch
COPY --from=build /etc/ssl/certs/ca-certificates.crt /etc/ssl/certs/ca-certificates.crt
COPY --from=build --chown=65532:65532 /out/data /data
COPY --from=build --chown=65532:65532 /out/tmp /tmp
COPY --from=build /out/jahorina /jahorina
ENV JAHORINA_ADDR=0.0.0.0:8080 \
    JAHORINA_DATA_DIR=/data \
    JAHORINA_DATABASE_URL=sqlite:/data/jahorina.db
# A number, since an empty image has no names: nobody, as other images have it.
USER 65532:65532
VOLUME /data
EXPOSE 8080
HEALTHCHECK --interval=10s --timeout=5s --start-period=30s CMD ["/jahorina", "health"]
ENTRYPOINT ["/jahorina"]
CMD ["serve"]
