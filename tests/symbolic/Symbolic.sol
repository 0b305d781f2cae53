// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

/// The few cheat codes that the checks need: forge's, which halmos answers too, and halmos' own.
interface Vm {
    function assume(bool condition) external pure;
    function prank(address sender) external;
    function warp(uint256 timestamp) external;
    function load(address account, bytes32 slot) external view returns (bytes32);
    function store(address account, bytes32 slot, bytes32 value) external;
    function etch(address where, bytes calldata code) external;
}

interface Svm {
    /// From now on every storage word of `account` is any word at all.
    function enableSymbolicStorage(address account) external;
}

/// What a `check_` function takes is any value at all, and what it asserts holds for all of them.
/// Halmos fails a check at `assert` and at a panic of arithmetic only: any other revert ends a path
/// without a word. So that no check is empty, a `reach_` function does the same act and asserts false
/// where the check begins to assert: it must fail.
abstract contract Symbolic {
    Vm internal constant vm = Vm(address(uint160(uint256(keccak256("hevm cheat code")))));
    Svm internal constant svm = Svm(address(uint160(uint256(keccak256("svm cheat code")))));
    uint256 internal constant AMOUNT_MAX = type(uint96).max;
    uint256 internal constant UNLIMITED = 5;

    /// The account word as its comment draws it, taken apart by casts alone.
    struct Plain {
        uint256 balance;
        uint256 spent;
        uint256 day;
        uint256 tier;
        uint256 unused;
        bool frozen;
    }

    function plain(uint256 word) internal pure returns (Plain memory) {
        return Plain({
            balance: uint96(word),
            spent: uint96(word >> 96),
            day: uint16(word >> 192),
            tier: uint8(word >> 208) % 8,
            unused: (word << 1) >> 212,
            frozen: word >> 255 == 1
        });
    }

    /// A word in a tier that the solver sees as a number and not as bits of a word.
    function wordOf(uint208 low, uint256 tier, bool frozen) internal pure returns (uint256) {
        return low | (tier << 208) | (frozen ? 1 << 255 : 0);
    }

    function assertSame(Plain memory left, Plain memory right) internal pure {
        assert(left.balance == right.balance);
        assert(left.spent == right.spent);
        assert(left.day == right.day);
        assert(left.tier == right.tier);
        assert(left.unused == right.unused);
        assert(left.frozen == right.frozen);
    }
}
