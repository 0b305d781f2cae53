"""Tests of scripts.proof."""
