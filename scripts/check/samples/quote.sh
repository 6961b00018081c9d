#!/bin/sh
echo $1 | read x
rm -rf $x/*
