// SPDX-License-Identifier: Apache-2.0
pragma solidity ^0.8.24;

/// The few of forge's cheat codes that these tests need.
interface Vm {
    function assume(bool condition) external pure;
    function prank(address sender) external;
    function warp(uint256 timestamp) external;
    function addr(uint256 key) external pure returns (address);
    function sign(uint256 key, bytes32 digest) external pure returns (uint8 v, bytes32 r, bytes32 s);
}

/// Assertions that show both sides.
abstract contract Check {
    Vm internal constant vm = Vm(address(uint160(uint256(keccak256("hevm cheat code")))));

    error Differs(string what, uint256 left, uint256 right);
    error NotSo(string what);

    function same(string memory what, uint256 left, uint256 right) internal pure {
        if (left != right) revert Differs(what, left, right);
    }

    function so(string memory what, bool holds) internal pure {
        if (!holds) revert NotSo(what);
    }

    function within(uint256 value, uint256 least, uint256 most) internal pure returns (uint256) {
        if (value >= least && value <= most) return value;
        return least + value % (most - least + 1);
    }
}
