"""A small made file of results."""


def entry(*rounds):
    return {"apart": 0.0, "setup": 1.0, "rounds": list(rounds)}


def made_results():
    training = {
        "4-4-4-8-4/1 sgd": {
            "network": "4-4-4-8-4",
            "batch": 1,
            "optimizer": "sgd",
            "flops": 672,
            "load": 0.1,
            "peers": {
                "glassnet@auto": entry(1e-6, 2e-6, 1e-6),
                "JAX@2": entry(6e-6, 6e-6, 8e-6),
                "PyTorch@2": entry(4e-4, 4e-4, 4e-4),
                "PyTorch@1": entry(2e-4, 2e-4, 2e-4),
                "tinygrad@auto": {"error": "it computes something else: [1.0] instead of [2.0]"},
            },
        },
        "784-128-10/64 sgd": {
            "network": "784-128-10",
            "batch": 64,
            "optimizer": "sgd",
            "flops": 25821184,
            "load": 0.3,
            "peers": {
                "glassnet@auto": entry(2e-4, 2e-4, 2e-4),
                "JAX@2": entry(1e-4, 1e-4, 1e-4),
                "PyTorch@2": entry(3e-4, 3e-4, 3e-4),
                "PyTorch@1": entry(6e-4, 6e-4, 6e-4),
                "tinygrad@auto": {"absent": "no compiler"},
            },
        },
    }
    share = {
        "product 2048": {
            "flops": 2 * 2048**3,
            "peers": {"NumPy@2": entry(0.1), "NumPy@1": entry(0.2), "PyTorch@2": entry(0.05)},
        },
        "784-128-10/64": {
            "flops": 25821184,
            "network": "784-128-10",
            "peers": {"glassnet@auto": entry(1e-4), "glassnet@1": {"absent": "one thread"}},
        },
    }
    scaling = {
        f"weights {weights}": {
            "plot": "weights",
            "series": "batch 32",
            "x": weights,
            "batch": 32,
            "peers": {"glassnet@auto": {**entry(weights * 1e-9), "loop": loop}},
        }
        for weights, loop in ((100, "lanes"), (1000, "lanes"), (10000, "tiles"))
    }
    many = {
        "4-4-4-8-4/1": {
            "network": "4-4-4-8-4",
            "batch": 1,
            "peers": {"glassnet@auto": entry(1e-5), "JAX@2": entry(1e-4), "PyTorch@1": entry(1e-4)},
        }
    }
    prediction = {
        f"4-4-4-8-4 {n_rows}": {
            "network": "4-4-4-8-4",
            "n_rows": n_rows,
            "peers": {"glassnet@auto": entry(1.5e-6 * n_rows), "onnxruntime@2": entry(3e-6 * n_rows)},
        }
        for n_rows in (1, 1000)
    }
    start = {
        "bare Python": {"peers": {"python@auto": entry(0.02)}},
        "import": {"peers": {"glassnet@auto": entry(0.2), "NumPy@auto": entry(0.1)}},
    }
    threads = {
        "784-128-10/64": {
            "network": "784-128-10",
            "peers": {"glassnet@1": entry(2e-4), "glassnet@2": entry(1.25e-4)},
        }
    }
    memory = {
        f"784-128-10/64 {optimizer}": {
            "optimizer": optimizer,
            "needed": 2**20 * size,
            "peers": {"glassnet@auto": entry(2**20 * size * 1.1)},
        }
        for optimizer, size in (("sgd", 2), ("adam", 4))
    }
    settings = {"rounds": 3, "seconds": 0.1}
    return {
        "machine": {"cpu": "Made CPU", "cores": 2, "vectors": "AVX2", "model": "", "system": "Linux x86_64"},
        "versions": {"Python": "3.11.7", "glassnet": "0.1.0"},
        "groups": {
            name: {"settings": settings, "jobs": jobs}
            for name, jobs in {
                "training": training,
                "share": share,
                "many": many,
                "prediction": prediction,
                "scaling": scaling,
                "threads": threads,
                "start": start,
                "memory": memory,
            }.items()
        },
    }
