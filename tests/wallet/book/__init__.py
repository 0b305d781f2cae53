"""Tests of the files under JIAOZI_HOME."""
