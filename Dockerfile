# Seq2Scope as a container: docker build -t seq2scope . && docker run -p 8501:8501 -v seq2scope:/data seq2scope
# Several of them behind one address: compose.yaml. tests/test_image.py runs what stands behind RUN, CMD and HEALTHCHECK.
FROM python:3.13-slim

ENV PYTHONUNBUFFERED=1 OMP_NUM_THREADS=1 PIP_NO_CACHE_DIR=1 PIP_ROOT_USER_ACTION=ignore

# The first user that is made has the number 1000, as Hugging Face Spaces want it
RUN useradd --create-home seq2scope && install --directory --owner=seq2scope /data
WORKDIR /app

# Ready-made wheels alone, so that no compiler is needed; of PyTorch the one for processors, which has no CUDA libraries
COPY requirements.txt requirements-replicas.txt ./
RUN pip install --only-binary=:all: --extra-index-url https://download.pytorch.org/whl/cpu -r requirements-replicas.txt

COPY . .
RUN python -m compileall -q app.py pages s2s_core s2s_ui

USER seq2scope
ENV S2S_RUNS=/data/runs
VOLUME /data
EXPOSE 8501

# The whole way of a sentence, as this user: an image that cannot go it is not built
RUN python -m s2s_core translate "March 8, 2025"

HEALTHCHECK --interval=10s --timeout=30s --start-period=60s CMD python -c "import urllib.request as web; web.urlopen('http://127.0.0.1:8501/healthz', timeout=25)"
CMD ["python", "-m", "streamlit", "run", "app.py", "--server.address=0.0.0.0", "--server.port=8501", "--server.headless=true"]
