cmake_minimum_required(VERSION 3.25)
project(server LANGUAGES C CXX)
add_executable(server server.cc)
@FRAGMENT@
