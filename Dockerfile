# The image of web, worker, beat and migrate (docker-compose.yml).
FROM python:3.11.14-slim-bookworm

ENV PYTHONUNBUFFERED=1 PYTHONDONTWRITEBYTECODE=1 PIP_NO_CACHE_DIR=1 PIP_DISABLE_PIP_VERSION_CHECK=1 \
    ZERTIFY_VAR=/var/lib/zertify DJANGO_SETTINGS_MODULE=config.settings

WORKDIR /srv/zertify
COPY requirements.txt constraints.txt ./
RUN pip install -r requirements.txt -c constraints.txt
COPY manage.py ./
COPY smf smf
COPY policy policy
COPY web web
COPY analyzer analyzer
COPY designer designer
COPY enforcement enforcement
COPY config config
COPY templates templates
COPY static static
COPY docs docs
RUN python -m compileall -q smf policy web analyzer designer enforcement config \
    && useradd --system --uid 10001 --no-create-home zertify \
    && install -d -o zertify -m 0700 /var/lib/zertify
USER 10001
VOLUME /var/lib/zertify
EXPOSE 8000
CMD ["granian", "--interface", "wsgi", "config.wsgi:application", "--host", "0.0.0.0", "--port", "8000", "--workers", "2", "--blocking-threads", "8", "--no-ws"]
