# syntax=docker/dockerfile:1
# One file for every image. A service: docker build --build-arg SERVICE=rest-api -t manga-assist/rest-api .
# Images are named by tag: a digest has to be looked up in a registry, which the release pipeline does before it builds.
FROM node:24.21.0-bookworm-slim AS source
WORKDIR /app
COPY package.json package-lock.json .npmrc ./
COPY apps ./apps
COPY libs ./libs
COPY tools ./tools
COPY nx.json tsconfig.base.json jest.preset.js .swcrc ./
RUN --mount=type=cache,target=/root/.npm npm ci

# What the compose stack runs beside the services: bedrock-local, provisioning, the seed and the web shop.
FROM source AS tools
RUN npx vite build apps/web --logLevel warn && chown -R node:node apps/web
USER node
ENV HOST=0.0.0.0 BEDROCK_LOCAL_HOST=0.0.0.0
CMD ["node", "--version"]

FROM source AS build
ARG SERVICE
RUN test -d "apps/${SERVICE:?name the service with --build-arg SERVICE=rest-api}"
# NX_DAEMON: a daemon would outlive the step. The prune comes last: the compiler is not for production.
RUN NX_DAEMON=false npx nx run "@manga-assist/${SERVICE}:build" --output-style=static && npm prune --omit=dev
# Only compiled code, of this service and of the libraries.
RUN mkdir -p /out/apps /out/libs \
  && cp package.json /out/ && cp -R node_modules /out/ && cp -R "apps/${SERVICE}" "/out/apps/" && cp -R libs /out/ \
  && find /out/apps /out/libs -maxdepth 2 -name src -exec rm -rf {} + \
  && mv "/out/apps/${SERVICE}" /out/apps/service

# No shell and no npm; uid 65532.
FROM gcr.io/distroless/nodejs24-debian12:nonroot AS service
WORKDIR /app
COPY --from=build /out ./
ENV NODE_ENV=production HOST=0.0.0.0
CMD ["--enable-source-maps", "apps/service/dist/main.js"]
