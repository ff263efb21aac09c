# One image for every app: `screener start --app NAME` says which one a container is.
FROM node:24-slim AS manifests
WORKDIR /source
COPY . .
# Only what `npm ci` looks at, so that a change of code does not install everything anew.
RUN mkdir /manifests && cp --parents package.json package-lock.json .npmrc apps/*/package.json libs/*/package.json /manifests/

FROM node:24-slim AS page
WORKDIR /app
COPY --from=manifests /manifests/ ./
RUN npm ci --no-audit --no-fund
COPY . .
RUN node scripts/build-page.ts

FROM node:24-slim
WORKDIR /app
ENV NODE_ENV=production SCREENER_HOME=/data HOST=0.0.0.0
COPY --from=manifests /manifests/ ./
# The image has its own Node 24; the packaged one is for machines with an older Node.
RUN npm ci --omit=dev --no-audit --no-fund && rm -rf node_modules/node-linux-* && npm cache clean --force
COPY . .
COPY --from=page /app/apps/web/dist apps/web/dist
# Node as process 1 gets the signals itself; nothing is installed when a container starts.
RUN printf '#!/bin/sh\nexec node --disable-warning=ExperimentalWarning /app/apps/screener/src/main.ts "$@"\n' > /usr/local/bin/screener \
 && printf '#!/bin/sh\nexec node --disable-warning=ExperimentalWarning /app/apps/simulator/src/main.ts "$@"\n' > /usr/local/bin/simulator \
 && chmod 755 /usr/local/bin/screener /usr/local/bin/simulator \
 && mkdir /data && chown node:node /data
USER node
VOLUME /data
EXPOSE 3000 9464
CMD ["screener", "start"]
