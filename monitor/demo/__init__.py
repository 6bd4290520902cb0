"""The main job on an embedded little world: `monitor demo` shows the whole way on invented news in many languages."""
