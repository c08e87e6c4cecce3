"""Case data and shapes → findings. Engines stand behind one signature (engine.py)."""
