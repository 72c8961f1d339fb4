# napier_protobuf: the messages of sw/import/*.proto; headers by path from the root, "sw/import/<name>.pb.h".
add_library(napier_protobuf INTERFACE)
file(GLOB protos RELATIVE ${PROJECT_SOURCE_DIR} CONFIGURE_DEPENDS ${PROJECT_SOURCE_DIR}/sw/import/*.proto)
if(protos)
    find_package(Protobuf REQUIRED)
    set(folder ${PROJECT_BINARY_DIR}/protobuf)
    file(MAKE_DIRECTORY ${folder})
    set(messages)
    foreach(proto IN LISTS protos)
        string(REGEX REPLACE "\\.proto$" ".pb" base ${folder}/${proto})
        add_custom_command(
            OUTPUT ${base}.cc ${base}.h
            COMMAND protobuf::protoc --cpp_out=${folder} -I ${PROJECT_SOURCE_DIR} ${proto}
            DEPENDS ${PROJECT_SOURCE_DIR}/${proto}
            WORKING_DIRECTORY ${PROJECT_SOURCE_DIR} VERBATIM)
        list(APPEND messages ${base}.cc ${base}.h)
    endforeach()
    add_library(napier_protobuf_messages STATIC ${messages})
    target_compile_options(napier_protobuf_messages PRIVATE -w)
    napier_shareable(napier_protobuf_messages)
    target_include_directories(napier_protobuf_messages SYSTEM PUBLIC ${folder})
    target_link_libraries(napier_protobuf_messages PUBLIC protobuf::libprotobuf)
    target_link_libraries(napier_protobuf INTERFACE napier_protobuf_messages)
endif()
