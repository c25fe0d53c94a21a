# The functions behind `npm run serve`, without an emulator and without development packages. See docs/deploy.md.
FROM node:24.21.0-alpine AS packages
WORKDIR /service
COPY package.json package-lock.json .npmrc ./
RUN npm ci --omit=dev --omit=optional --ignore-scripts --no-audit --no-fund

FROM node:24.21.0-alpine
WORKDIR /service
ENV NODE_ENV=production HOST=0.0.0.0 PORT=3000
COPY --from=packages /service/node_modules node_modules
COPY package.json openapi.json ./
COPY bin bin
COPY functions functions
COPY page/page.json page/page.json
COPY lib lib
COPY cql cql
USER node
EXPOSE 3000
HEALTHCHECK --interval=10s --timeout=3s --start-period=5s CMD ["node", "bin/probe.ts"]
CMD ["node", "bin/serve.ts"]
